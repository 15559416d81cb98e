globalThis.cfg={v:1};
