// SPDX-License-Identifier: MIT
// What plays HLS where the browser does not: a file of its own, fetched when
// somebody presses Play, and only then.

export { default } from "hls.js";
