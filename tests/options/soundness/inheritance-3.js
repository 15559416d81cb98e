let n=1; const o=Object.create({set v(x){n=x}}); o.v=5;
export const options = {cloud: {apm: [n, Object.keys(o)]}};
