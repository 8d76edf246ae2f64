#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// compare.js FOLDER PROGRAM: runs exchanges through AWS's own client library, which is installed in
// FOLDER/node_modules, and through PROGRAM (srp-exchange), and compares A, the timestamp and the
// signature. The server's side is played with a verifier that the library derived.

"use strict";

const { createHmac, randomBytes } = require("crypto");
const { spawnSync } = require("child_process");
const path = require("path");

const [folder, program] = process.argv.slice(2).map((name) => path.resolve(name));
const library = path.join(folder, "node_modules", "amazon-cognito-identity-js", "lib");
const Helper = require(path.join(library, "AuthenticationHelper.js")).default;
const Integer = require(path.join(library, "BigInteger.js")).default;
const DateHelper = require(path.join(library, "DateHelper.js")).default;

const EXCHANGES = 12;
const TIMES = [0, 1, 951782400, 1709164800, 1793689509, 1798761599, 4102444800, 253402300799];

function power(base, exponent, modulus) {
  let result = 1n;
  for (base %= modulus; exponent > 0n; exponent >>= 1n, base = (base * base) % modulus)
    if (exponent & 1n) result = (result * base) % modulus;
  return result;
}

const big = (number) => BigInt("0x" + number.toString(16));
const hexOf = (text) => Buffer.from(text, "utf8").toString("hex");

// The library reads the clock itself.
function timestampAt(seconds) {
  const Real = global.Date;
  global.Date = class extends Real {
    constructor() {
      super(seconds * 1000);
    }
  };
  try {
    return new DateHelper().getNowString();
  } finally {
    global.Date = Real;
  }
}

// What the library registers: a salt, a verifier and the password that goes with them.
function register(pool, user) {
  const helper = new Helper(pool);
  helper.generateHashDevice(pool, user, (error) => {
    if (error) throw error;
  });
  return {
    salt: new Integer(helper.getSaltDevices(), 16),
    verifier: new Integer(helper.getVerifierDevices(), 16),
    password: helper.getRandomPassword(),
  };
}

function keyOf(helper, user, password, serverValue, salt) {
  let key;
  helper.getPasswordAuthenticationKey(user, password, serverValue, salt, (error, result) => {
    if (error) throw error;
    key = Buffer.from(result);
  });
  return key;
}

// The server's S, from the verifier alone (RFC 5054, 2.6), and its key by the library's HKDF.
function serverKeyOf(helper, registered, b, serverValue) {
  const prime = big(helper.N);
  const scrambler = helper.calculateU(helper.largeAValue, serverValue);
  const secret = power(
    big(helper.largeAValue) * power(big(registered.verifier), big(scrambler), prime), b, prime);
  return Buffer.from(helper.computehkdf(
    Buffer.from(helper.padHex(new Integer(secret.toString(16), 16)), "hex"),
    Buffer.from(helper.padHex(scrambler), "hex")));
}

function exchange(n) {
  const pool = ["AbCdEf123", "x", "000000000"][n % 3];
  const user = ["alice", "j\u00fcrgen@b\u00fccher.example", "0a6c35cc-0001-4000-8000-1"][n % 3];
  const registered = register(pool, user);
  const helper = new Helper(pool);
  if (n < 4) { // else the library's own random number of 1,024 bits
    helper.smallAValue = new Integer((n + 1).toString(16), 16);
    helper.calculateA(helper.smallAValue, (error, value) => {
      helper.largeAValue = value;
    });
  }
  const prime = big(helper.N);
  const b = big(new Integer(randomBytes(64).toString("hex"), 16));
  const serverValue = new Integer(
    ((big(helper.k) * big(registered.verifier) + power(2n, b, prime)) % prime).toString(16), 16);
  const key = keyOf(helper, user, registered.password, serverValue, registered.salt);
  if (!key.equals(serverKeyOf(helper, registered, b, serverValue)))
    throw new Error("the library's client and its verifier do not agree");
  const seconds = TIMES[n % TIMES.length];
  const timestamp = timestampAt(seconds);
  const block = randomBytes(n === 0 ? 1 : 700 + n);
  const signature = createHmac("sha256", key)
    .update(pool, "utf8").update(user, "utf8").update(block).update(timestamp, "utf8")
    .digest("base64");
  const even = (digits) => (digits.length % 2 ? "0" : "") + digits;
  return {
    input: [even(helper.smallAValue.toString(16)), serverValue.toString(16),
            registered.salt.toString(16), hexOf(pool), hexOf(user), hexOf(String(seconds)),
            hexOf(block.toString("base64")), hexOf(registered.password)].join(" "),
    expected: [helper.largeAValue.toString(16).padStart(768, "0"),
               timestamp.replace(/ /g, "_"), signature],
  };
}

const exchanges = Array.from({ length: EXCHANGES }, (_, n) => exchange(n));
const ran = spawnSync(program, [], {
  input: exchanges.map((one) => one.input + "\n").join(""), encoding: "utf8", timeout: 60000,
});
if (ran.error || ran.status !== 0) {
  console.log(`${program}: ${ran.error || ran.stderr} (exit ${ran.status})`);
  process.exit(1);
}
const lines = ran.stdout.trim().split("\n");
let different = lines.length === EXCHANGES ? 0 : 1;
exchanges.forEach((one, n) => {
  const given = (lines[n] || "").split(" ");
  ["A", "timestamp", "signature"].forEach((name, i) => {
    if (given[i] === one.expected[i]) return;
    different++;
    console.log(`exchange ${n}, ${name}: ${given[i]} is not the library's ${one.expected[i]}`);
  });
});
console.log(`${lines.length} exchanges compared, ${different} differences`);
process.exit(different ? 1 : 0);
