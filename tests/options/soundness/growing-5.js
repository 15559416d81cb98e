const s=new Set([1]); let n=0; for(const x of s){ n++; if(n<3) s.add(n+10) }
export const options = {cloud: {apm: [n]}};
