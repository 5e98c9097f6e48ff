// One module to load when the kubeconfig is first needed: its parser is not small.
export { listContexts } from '../../cluster/kubeconfig/kubeconfig.ts';
export { kubeconfigPaths, loadKubeconfig } from '../../cluster/kubeconfig/load-kubeconfig.ts';
export { resolveContext } from '../../cluster/kubeconfig/resolve-context.ts';
