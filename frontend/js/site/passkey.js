// Passkeys: the form's button asks the browser for a credential, which leaves in the form. Without it, nothing is shown.
const decode = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// What the server wrote as text becomes the bytes that the browser wants.
function readOptions({ publicKey }) {
  const withBytes = (one) => ({ ...one, id: decode(one.id) });
  const read = { ...publicKey, challenge: decode(publicKey.challenge) };
  if (read.user) read.user = withBytes(read.user);
  for (const list of ["excludeCredentials", "allowCredentials"]) if (read[list]) read[list] = read[list].map(withBytes);
  return { publicKey: read };
}

// And back.
function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function options(form) {
  if (form.dataset.passkey !== "enter") return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export function mount(form) {
  const said = form.querySelector("[data-passkey-said]");
  if (!window.PublicKeyCredential) {
    said.textContent = "Ce navigateur ne connaît pas les clés d’accès, ou la page n’est pas ouverte en https.";
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "Votre appareil vous demande une confirmation…";
    try {
      const found = await options(form);
      const credential = found.creation_options
        ? await navigator.credentials.create(readOptions(found.creation_options))
        : await navigator.credentials.get(readOptions(found.request_options));
      form.elements.credential.value = written(credential);
    } catch (error) {
      said.textContent =
        error.name === "InvalidStateError"
          ? "Cette clé est déjà dans votre compte."
          : "La clé n’a pas répondu, ou vous avez annulé. Réessayez, ou entrez autrement.";
      return;
    }
    form.submit();
  });
}
