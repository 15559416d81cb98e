const a=[1]; let n=0; for(const [i,x] of a.entries()){ n++; if(n<3)a.push(n) }
export const options = {cloud: {apm: [n]}};
