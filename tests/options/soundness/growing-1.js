const o={a:1,b:2}; let n=0; for(const k in o){ n++; delete o.b }
export const options = {cloud: {apm: [n]}};
