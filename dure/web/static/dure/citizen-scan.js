// The shop's code by camera: read by the browser where it can, else by our server, picture by picture.
"use strict";

(() => {
  const finder = document.getElementById("finder");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  finder.hidden = false;
  const video = finder.querySelector("video");
  const button = finder.querySelector("button");
  const said = finder.querySelector(".finder-said");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const canvas = document.createElement("canvas");
  const SIDE = 640;
  const PAUSE_MS = 350;
  const FAULTS_MAX = 3;
  let stream = null;

  const stop = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
  };

  const goOn = async (request, ...more) => {
    const answer = await fetch(request, ...more);
    if (!answer.ok) return false;
    const found = await answer.json();
    if (found.address) {
      stop();
      location.assign(found.address);
      return true;
    }
    if (found.said) said.textContent = found.said;
    return false;
  };

  const byBrowser = async (detector) => {
    for (const code of await detector.detect(video)) {
      const address = `${finder.dataset.find}?code=${encodeURIComponent(code.rawValue)}`;
      if (await goOn(address, { headers: { Accept: "application/json" } })) return true;
    }
    return false;
  };

  const byServer = async () => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (!side) return false;
    canvas.width = canvas.height = Math.min(SIDE, side);
    const x = (video.videoWidth - side) / 2;
    const y = (video.videoHeight - side) / 2;
    canvas.getContext("2d").drawImage(video, x, y, side, side, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    const form = new FormData();
    form.append("photo", picture, "code.jpg");
    return goOn(finder.dataset.read, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: form,
    });
  };

  const detectorOf = async () => {
    if (!("BarcodeDetector" in window)) return null;
    try {
      const known = await BarcodeDetector.getSupportedFormats();
      return known.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
    } catch {
      return null;
    }
  };

  const look = async (detector) => {
    let reader = detector;
    let faults = 0;
    while (stream) {
      try {
        if (reader ? await byBrowser(reader) : await byServer()) return;
      } catch (fault) {
        // A lost answer or a picture that could not be taken: the next one is tried. A telephone
        // may have a reader that never reads (its service is missing): then our server reads.
        if (fault instanceof DOMException) faults += 1;
        if (faults === FAULTS_MAX) reader = null;
      }
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  };

  button.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
      });
    } catch {
      said.textContent = finder.dataset.denied;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.hidden = true;
    await video.play();
    look(await detectorOf());
  });
  addEventListener("pagehide", stop);
})();
