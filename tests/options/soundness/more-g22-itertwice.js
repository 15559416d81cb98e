const s=new Set([1,2]); const it=s.values(); const [a]=it; const b=[...it]; 
export const options = {cloud: {apm: [a, b]}};
