const o={__proto__:{a:1}, b:2}; const q={}; q.__proto__={c:1};
export const options = {cloud: {apm: [Object.keys(o), o.a, q.c, Object.keys(q)]}};
