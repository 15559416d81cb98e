const a=[1,2]; const r=a.find((x,i)=>{a[i]=9;return true});
export const options = {cloud: {apm: [r]}};
