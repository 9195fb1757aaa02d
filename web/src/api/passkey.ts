/** Asks the browser for passkeys. What it takes and returns as bytes travels as base64url. */
import { ApiProblem } from "./problem";
import type { Assertion, CreationOptions, NewPasskey, RequestOptions } from "./routes";

/** Why there can be none here; nothing, if there can. */
export function noPasskeys(): "" | "address" | "browser" {
  // Browsers bind a passkey to a host name, and take no bare address for one.
  if (/^[\d.]+$|^\[/.test(location.hostname)) return "address";
  return "PublicKeyCredential" in window ? "" : "browser";
}

export async function makePasskey(options: CreationOptions): Promise<Omit<NewPasskey, "name">> {
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        pubKeyCredParams: options.pubKeyCredParams.map(({ alg }) => ({ alg, type: "public-key" })),
        excludeCredentials: options.excludeCredentials.map(described),
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

export async function askPasskey(options: RequestOptions): Promise<Assertion> {
  const answer = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: options.allowCredentials.map(described),
      },
    }),
  );
  const response = answer.response as AuthenticatorAssertionResponse;
  return {
    id: answer.id,
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    user_handle: response.userHandle ? text(response.userHandle) : null,
  };
}

/** Browsers do not say whether somebody cancelled, waited too long or has no passkey: that would tell too much. */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const found = await ask();
    if (found) return found as PublicKeyCredential;
  } catch (error) {
    if (error instanceof DOMException && error.name === "InvalidStateError") {
      throw new ApiProblem(0, "passkey-known", "");
    }
  }
  throw new ApiProblem(0, "passkey-not-given", "");
}

function described({ id, type, transports }: { id: string; type?: string; transports: string[] }) {
  return {
    id: bytes(id),
    type: (type ?? "public-key") as PublicKeyCredentialType,
    transports: transports as AuthenticatorTransport[],
  };
}

export function bytes(encoded: string): Uint8Array<ArrayBuffer> {
  const plain = atob(encoded.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}

export function text(data: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(data));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
