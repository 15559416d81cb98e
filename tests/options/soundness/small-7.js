let n=0; [3,1,2].sort((a,b)=>{n++;return a-b});
export const options = {cloud: {apm: [n]}};
