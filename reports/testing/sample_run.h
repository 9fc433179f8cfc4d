#ifndef SLOTQUAKE_REPORTS_TESTING_SAMPLE_RUN_H_
#define SLOTQUAKE_REPORTS_TESTING_SAMPLE_RUN_H_

#include <cstdint>

#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// A made-up run for tests of the reports, shaped like a real one: 3 masters and 3
// replicas, node timeout 2000 ms; redis-0 is killed 4 s into the load, redis-3
// wins 3.57 s later, redis-0 comes back as a replica. The same on every call.
RunRecord SampleRun(std::int64_t operations = 60000);

// What the checkers would say of it, with every member of their details: passed,
// 0 lost of all acknowledged.
Judgement SampleJudgement();

// The same run failed: 2 to 51 writes lost, three of them known, promotion late.
Judgement FailedJudgement();

// A run on Kubernetes: 3 masters and 3 replicas, node timeout 15 s, on three machines.
// The pod of redis-0 is deleted 4 s into the load, ends 1.2 s later, and another one
// is back on another machine, at another address, 3.2 s after that, before anybody
// can have missed it. Whole enough to be judged.
RunRecord SampleKubernetesRun(std::int64_t operations = 60000);

// Sets a verdict of the judgement, and the judgement's validity to the worst.
void ReplaceVerdict(Judgement& judgement, const Verdict& verdict);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TESTING_SAMPLE_RUN_H_
