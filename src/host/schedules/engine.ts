// One module to load when the schedules are first looked at.
export { checkImageApi } from '../../cluster/inventory/take-inventory.ts';
export { applyPlan, objectName, planApply } from '../../cluster/schedules/apply-manifests.ts';
export { changePruner, readPruner, suspendCronJob } from '../../cluster/schedules/change-pruner.ts';
export { followJob } from '../../cluster/schedules/follow-job.ts';
export { jobOutcome } from '../../cluster/schedules/job-outcome.ts';
export { readSchedules } from '../../cluster/schedules/read-schedules.ts';
export {
  askRights,
  RIGHT_TO_CHANGE_PRUNER,
  rightToChangeCronJob,
  rightToRun,
} from '../../cluster/schedules/rights.ts';
export { runNow } from '../../cluster/schedules/run-now.ts';
export { grantCommand } from '../../cluster/schedules/schedule-error.ts';
export { owingHardPrunes } from '../../prune/hard-prune/hard-prune.ts';
export { changeProblems, IMAGE_PRUNER_PATH, prunerDifferences } from '../../schedules/image-pruner.ts';
export { yamlOf } from '../../schedules/manifest-yaml.ts';
export { manifestsOf } from '../../schedules/manifests.ts';
export { withoutBookkeeping } from '../../schedules/object-differences.ts';
export { DOCUMENTED_REQUEST, requestProblems } from '../../schedules/schedule-request.ts';
export { problemInWords } from '../../shared/words/schedule-problems.ts';
export { objectYaml } from '../documents/object-yaml.ts';
export { ownName, registryDeployment } from '../registry/registry-facts.ts';
export { changedPruner } from './changed-pruner.ts';
export { requestOfCronJob } from './edit-request.ts';
export { jobExplanation } from './job-explanation.ts';
export { lackingRights } from './lacking-rights.ts';
export { removeJob, rightToDeleteJob } from './remove-job.ts';
export { scheduleRights } from './schedule-rights.ts';
export { isEmpty, isForbidden, readOnlyRow, scheduleRows } from './schedule-rows.ts';
