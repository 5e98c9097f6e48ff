// The commands that errors about the rollout lead to.
import { REGISTRY_DEPLOYMENT, REGISTRY_NAMESPACE } from '../registry-deployment/location.ts';

/** As `oc` names it. */
export const DEPLOYMENT = `deployment/${REGISTRY_DEPLOYMENT}`;

export const STATUS_COMMAND = `oc rollout status ${DEPLOYMENT} -n ${REGISTRY_NAMESPACE}`;
export const RESUME_COMMAND = `oc rollout resume ${DEPLOYMENT} -n ${REGISTRY_NAMESPACE}`;

/** Replaces every pod of the registry where a rollout can't. */
export const DELETE_PODS_COMMAND = `oc delete pods -l docker-registry=default -n ${REGISTRY_NAMESPACE}`;
