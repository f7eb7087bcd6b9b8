// The payment PIN: six digits are sent as soon as they stand there, as the hint says. Without a script
// the button does it.
(() => {
  document.querySelectorAll("[data-pin]").forEach((field) => {
    document.getElementById("pin-hint").hidden = false;
    let sent = false;
    field.addEventListener("input", (event) => {
      // Only a digit that was typed: what a program fills in at once waits for the button.
      const typed = typeof event.data === "string" && event.data.length === 1;
      if (sent || !typed || !/^[0-9]{6}$/.test(field.value)) return;
      sent = true;
      field.form.requestSubmit();
    });
    // A page that the back button shows again takes digits again.
    window.addEventListener("pageshow", () => {
      sent = false;
    });
  });
})();
