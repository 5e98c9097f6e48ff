const host = acquireVsCodeApi();
const output = document.querySelector('output');
document.querySelector('button').onclick = () => host.postMessage(Number(output.value));
window.onmessage = ({ data }) => {
  output.value = data;
};
