let n=0; const f=()=>{}; try{ new f(); n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
