/* Security keys: a form that names what to ask (data-qy-key) asks the key first, and is sent with its answer. Floor: Chromium 78. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-qy-key]");
  const cannot = document.querySelector("[data-qy-nokey]");
  if (!form) return;
  if (!window.PublicKeyCredential || !navigator.credentials) { form.hidden = true; return; }
  if (cannot) cannot.hidden = true;

  const asks = JSON.parse(document.getElementById(form.dataset.qyKey).textContent);
  const answer = form.querySelector("[data-qy-key-answer]");
  const button = form.querySelector("button[type=submit]");
  const note = document.querySelector("[data-qy-key-said]");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const named = (keys) => (keys || []).map((key) => Object.assign({}, key, { id: bytes(key.id) }));
  const SAID = {
    NotAllowedError: "没有读到安全密钥：取消了，或者等得太久。请再试一次。",
    InvalidStateError: "这个安全密钥已经登记过。",
    SecurityError: "浏览器不许在这个网址用安全密钥，请告诉系统管理员。",
    NotSupportedError: "这个安全密钥的类型不能用，请换一个。",
  };
  const isNew = Boolean(asks.user);

  const ask = () => isNew
    ? navigator.credentials.create({ publicKey: Object.assign({}, asks, {
      challenge: bytes(asks.challenge), user: Object.assign({}, asks.user, { id: bytes(asks.user.id) }), excludeCredentials: named(asks.excludeCredentials),
    }) })
    : navigator.credentials.get({ publicKey: Object.assign({}, asks, { challenge: bytes(asks.challenge), allowCredentials: named(asks.allowCredentials) }) });

  function written(key) {
    const said = key.response;
    const parts = isNew
      ? { clientDataJSON: text(said.clientDataJSON), attestationObject: text(said.attestationObject) }
      : { clientDataJSON: text(said.clientDataJSON), authenticatorData: text(said.authenticatorData), signature: text(said.signature) };
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response: parts });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    note.hidden = true;
    ask().then((key) => { answer.value = written(key); form.submit(); }).catch((wrong) => {
      note.querySelector("p").textContent = SAID[wrong.name] || "安全密钥没有应答，请再试一次。";
      note.hidden = false;
      button.disabled = false;
    });
  });
})();
