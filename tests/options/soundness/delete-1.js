const o={b:1}; delete o?.b; const p={b:1}; delete (p.b);
export const options = {cloud: {apm: [o.b, p.b]}};
