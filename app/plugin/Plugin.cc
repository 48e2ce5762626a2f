// What libcaloforge_torch.so exports.
#include "TorchPart.hh"
#include "infer/torch/TorchBackend.hh"
#include "plugin/TrainRun.hh"
#include "validate/classifier/network/NetworkJudge.hh"
#include "validate/classifier/network/ResidualJudge.hh"

namespace {

const caloforge::validate::Judge& network_judge() {
    static const caloforge::validate::NetworkJudge judge;
    return judge;
}

const caloforge::validate::Judge& residual_judge() {
    static const caloforge::validate::ResidualJudge judge;
    return judge;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const caloforge::app::TorchPart* caloforge_torch_part() {
    using namespace caloforge;
    static const app::TorchPart part = {app::run_training, app::bench_train, network_judge, residual_judge,
                                        infer::torch_backend::make};
    return &part;
}
