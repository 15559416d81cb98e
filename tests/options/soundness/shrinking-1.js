const a=[1,2,3]; const b=a.map(()=>{a.pop()});
export const options = {cloud: {apm: [b.length]}};
