// Passkeys: a form with data-passkey asks the browser for one and sends its answer. Without a script,
// or where the browser knows no passkeys, the form stays hidden.
(() => {
  const fromText = (text) => {
    const plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
  };
  const toText = (bytes) => {
    const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: fromText(key.id) }));

  async function show(told) {
    const asked = { ...told, challenge: fromText(told.challenge), allowCredentials: listed(told.allowCredentials) };
    const shown = await navigator.credentials.get({ publicKey: asked });
    return {
      clientDataJSON: toText(shown.response.clientDataJSON),
      authenticatorData: toText(shown.response.authenticatorData),
      signature: toText(shown.response.signature),
      userHandle: shown.response.userHandle ? toText(shown.response.userHandle) : null,
      of: shown,
    };
  }

  async function make(told) {
    const asked = {
      ...told,
      challenge: fromText(told.challenge),
      user: { ...told.user, id: fromText(told.user.id) },
      excludeCredentials: listed(told.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey: asked });
    return {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
      of: made,
    };
  }

  function prepare(form) {
    const told = JSON.parse(form.dataset.passkey);
    const field = form.elements[form.dataset.passkeyField];
    const fault = form.querySelector("[data-passkey-fault]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (field.value) return;
      event.preventDefault();
      try {
        const { of, ...response } = await (told.pubKeyCredParams ? make(told) : show(told));
        field.value = JSON.stringify({
          id: of.id,
          rawId: toText(of.rawId),
          type: of.type,
          response,
          clientExtensionResults: of.getClientExtensionResults(),
        });
        form.submit();
      } catch {
        if (fault) fault.hidden = false;
      }
    });
  }

  if (!window.PublicKeyCredential) return;
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
})();
