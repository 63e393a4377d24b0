/*
 * Lets the tests speak through other people's Node clients: one JSON request per line in, one JSON
 * answer per line out. The clients are used as published; only their addresses are set.
 */
"use strict";

const { Readable } = require("node:stream");
const readline = require("node:readline");
const OAuthClient = require("intuit-oauth");
const QuickBooks = require("node-quickbooks");
const { Quickbooks: PromiseQuickbooks } = require("quickbooks-node-promise");

const clients = {};

function connect({ url, realm, clientId, clientSecret, redirect, token, refreshToken }) {
  const addresses = {
    TOKEN_URL: `${url}/oauth2/v1/tokens/bearer`,
    REVOKE_URL: `${url}/v2/oauth2/tokens/revoke`,
    USER_INFO_URL: `${url}/v1/openid_connect/userinfo`,
    JWKS_URL: `${url}/op/v1/jwks`,
    V3_ENDPOINT_BASE_URL: `${url}/v3/company/`,
  };
  Object.assign(QuickBooks, addresses);
  Object.assign(PromiseQuickbooks, addresses);
  clients["node-quickbooks"] = new QuickBooks(
    clientId, clientSecret, token, false, realm, true, false, 75, "2.0", refreshToken);
  clients["quickbooks-node-promise"] = new PromiseQuickbooks(
    { appKey: clientId, appSecret: clientSecret, redirectUrl: redirect, storeMethod: "Internal",
      minorversion: 75, scope: ["com.intuit.quickbooks.accounting"], autoRefresh: false },
    realm);
  const oauth = new OAuthClient(
    { clientId, clientSecret, environment: "production", redirectUri: redirect });
  oauth.setAuthorizeURLs({
    authorizeEndpoint: `${url}/connect/oauth2`,
    tokenEndpoint: addresses.TOKEN_URL,
    revokeEndpoint: addresses.REVOKE_URL,
    userInfoEndpoint: addresses.USER_INFO_URL,
  });
  OAuthClient.jwks_uri = addresses.JWKS_URL;
  OAuthClient.environment.production = `${url}/`;
  clients["intuit-oauth"] = oauth;
  return {};
}

function revived(value) {
  if (value && typeof value === "object" && "$bytes" in value) {
    return Readable.from(Buffer.from(value.$bytes, "base64"), { objectMode: false });
  }
  return value;
}

function call(client, method, args) {
  const target = clients[client];
  if (client !== "node-quickbooks") return Promise.resolve(target[method](...args));
  return new Promise((resolve, reject) => {
    target[method](...args, (error, data) => (error ? reject(error) : resolve(data)));
  });
}

function plain(value) {
  if (Buffer.isBuffer(value)) return { $bytes: value.toString("base64") };
  const kind = value && value.constructor ? value.constructor.name : "";
  if (kind === "AuthResponse") return value.json;
  if (kind === "Response" || (value && value.request)) return { status: value.status };
  return value;
}

async function failure(error) {
  const response = error.response || error.errorResponse || {};
  const told = error.Fault ? error : response.data || response;
  return {
    name: error.name || "Fault",
    message: String(error.message || error.error || ""),
    code: error.code || "",
    status: response.status || 0,
    body: told.Fault || told.fault || told.error ? told : null,
  };
}

async function answer(line) {
  const { id, client, method, args = [], settings } = JSON.parse(line);
  try {
    const value = settings ? connect(settings) : await call(client, method, args.map(revived));
    return { id, value: plain(value) ?? null };
  } catch (error) {
    return { id, error: await failure(error) };
  }
}

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
});
