let n=0; try{ try{throw 1}catch(e){throw 2}finally{n=2} }catch(e){}
export const options = {cloud: {apm: [n]}};
