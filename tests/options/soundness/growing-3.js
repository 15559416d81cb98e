const m=new Map([[1,2]]); const it=m.values(); const a=[...it]; const b=[...it];
export const options = {cloud: {apm: [a,b]}};
