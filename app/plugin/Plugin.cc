// What libcaloforge_torch.so exports.
#include "TorchPart.hh"
#include "infer/torch/TorchBackend.hh"
#include "plugin/ClassifierRuns.hh"
#include "plugin/TrainRun.hh"

extern "C" __attribute__((visibility("default"))) const caloforge::app::TorchPart* caloforge_torch_part() {
    using namespace caloforge;
    static const app::TorchPart part = {app::run_training, app::bench_train, app::train_classifiers,
                                        infer::torch_backend::make};
    return &part;
}
