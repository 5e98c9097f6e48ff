// Stands in for @vscode/native-watchdog, which would have to be compiled: it ends an extension host whose server is gone.
exports.start = (serverPid) => {
  const watch = setInterval(() => {
    try {
      process.kill(serverPid, 0);
    } catch {
      process.exit(87);
    }
  }, 1000);
  watch.unref();
};
