const o={a:1}; Object.defineProperty(o,'a',{enumerable:false});
export const options = {cloud: {apm: [o.a]}};
