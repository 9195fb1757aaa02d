// A certified provider of somebody else's making, for the tests: `node provider.mjs WEB ISSUER REDIRECT`.
// Whoever types a name as the login is that person; groups follow from the name.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [web, issuer, redirect] = process.argv.slice(2);
const found = createRequire(`${web}/package.json`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found).href);

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "entrepot",
      client_secret: "a secret of the tests",
      redirect_uris: [redirect],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  scopes: ["openid", "email", "profile"],
  pkce: { required: () => true },
  cookies: { keys: ["of the tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@acme.example`,
      email_verified: true,
      name: id.charAt(0).toUpperCase() + id.slice(1),
      groups: id === "boss" ? ["trade-admins"] : ["staff"],
    }),
  }),
});
const { hostname, port } = new URL(issuer);
provider.listen(Number(port), hostname, () => console.log("ready"));
