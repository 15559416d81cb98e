const s=new Set([1]); const it=s.values(); s.add(2); s.delete(1); const b=[...it];
export const options = {cloud: {apm: [b]}};
