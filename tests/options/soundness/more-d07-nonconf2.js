const o={}; Object.defineProperty(o,'a',{value:7}); let r=0; try { delete o.a; r=1 } catch (e) { r=2 }
export const options = {cloud: {apm: [o.a, r]}};
