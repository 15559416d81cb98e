const o={get a(){return 7}}; Object.defineProperty(o,'a',{enumerable:false});
export const options = {cloud: {apm: [o.a]}};
