const s=new Set([1,2,3,4]); s.forEach(x=>s.delete(x));
export const options = {cloud: {apm: [s.size]}};
