/** The colours that the report of the probe and the console share, light and dark. No colour says what no word says. */

export const COLOURS = `
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif;
  --page: #f5f6f8; --card: #fff; --sunk: #f0f2f5; --text: #1b1f24; --quiet: #57606a; --line: #d5dae1; --link: #0b57b8;
  --on: #fff; --pass: #1a7035; --fail: #b3261e; --warn: #855300; --either: #3f51b5; --not-run: #5f6873; --error: #7b2d91;
  --pass-wash: #e7f5eb; --fail-wash: #fdecea; --warn-wash: #fff4e0; --error-wash: #f7ebfa; }
@media screen and (prefers-color-scheme: dark) { :root {
  --page: #0f1317; --card: #181d23; --sunk: #11161b; --text: #e7ebf0; --quiet: #a3adb8; --line: #323a43; --link: #8ab8ff;
  --on: #0f1317; --pass: #63d07f; --fail: #ff8f85; --warn: #e9b44c; --either: #a9b6ff; --not-run: #9aa5b1; --error: #dfa3f0;
  --pass-wash: #12291a; --fail-wash: #331715; --warn-wash: #2e2410; --error-wash: #2a1830; } }
`;
