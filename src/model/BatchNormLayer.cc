#include "model/BatchNormLayer.hh"

namespace caloforge::model {

BatchNormLayer::BatchNormLayer(const network::Layer& layer, const FindTensor& find)
    : momentum(layer.parameters.value("momentum", 0.99)),
      epsilon(layer.parameters.value("epsilon", 1e-3)),
      gain(find("gain")),
      shift(find("shift")),
      mean(find("mean")),
      variance(find("variance")) {}

BatchNormOptions BatchNormLayer::options(const ForwardMode& mode) const {
    BatchNormOptions out;
    out.momentum = momentum;
    out.epsilon = epsilon;
    if (mode.update_statistics) {
        out.mean = mean;
        out.variance = variance;
    }
    out.sum_over_ranks = mode.sum_over_ranks;
    return out;
}

}  // namespace caloforge::model
