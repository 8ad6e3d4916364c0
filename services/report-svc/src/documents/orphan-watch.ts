// A thread beside the rendering: it ends the process once its parent is gone, even in the middle of a compilation, which blocks everything
// else of the process.
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, 500);
