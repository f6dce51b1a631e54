// Copyright (c) 2026, mxlab.ftp contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// A session of basic-ftp: basic_ftp.js HOST PORT USER PASSWORD TLS FOLDER FILE... [--any-certificate] LIBRARY
const path = require("path");
const words = process.argv.slice(2).filter((word) => word !== "--any-certificate");
const rejectUnauthorized = !process.argv.includes("--any-certificate");
const [host, port, user, password, tls, folder] = words;
const files = words.slice(6, -1);
const client = new (require(words[words.length - 1]).Client)();
client.ftp.verbose = true;
(async () => {
  const version = "TLSv" + tls;
  const secureOptions = tls ? {minVersion: version, maxVersion: version, rejectUnauthorized} : undefined;
  await client.access({host, port: Number(port), user, password, secure: Boolean(tls), secureOptions});
  for (const name of files) {
    await client.uploadFrom(path.join(folder, name), name);
    await client.downloadTo(path.join(folder, name + ".back"), name);
  }
})().finally(() => client.close());
