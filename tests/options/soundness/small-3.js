const o={[Symbol.toStringTag]:'x',a:1};
export const options = {cloud: {apm: [Object.keys(o), o]}};
