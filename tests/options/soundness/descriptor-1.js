let n=1; const o={}; Object.defineProperty(o,'x',{get(){return 1},set(v){n=v}}); o.x=5;
export const options = {cloud: {apm: [n]}};
