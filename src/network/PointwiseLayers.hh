#pragma once

#include <optional>
#include <string>
#include <vector>

#include "network/Expression.hh"
#include "network/LayerPlan.hh"

namespace caloforge::network {

/// A layer that applies a function of single numbers to every element. Its row is all that there is to it but
/// for a kernel of the same name (kernels/Functions.cc): libtorch and ONNX compute the expression.
struct PointwiseLayer {
    struct Parameter {
        std::string name;
        double low;
        double high;
        std::optional<double> fallback = {};  ///< of a layer that does not state it
    };
    std::string type;
    std::vector<Parameter> parameters;
    Expression expression;
    struct Traits {
        bool positive = false;        ///< makes sense of positive numbers only
        bool full_precision = false;  ///< computed in float32 where other layers may be computed in less
    };
    Traits traits = {};

    LayerPlan plan(const Layer& layer, const std::vector<Shape>& inputs) const;
    /// A layer's parameters in the order of the row; of one that plan() has found right.
    std::vector<double> values(const Layer& layer) const;
};

/// All of them, in the order of doc/format/network.md.
const std::vector<PointwiseLayer>& pointwise_layers();
/// The row of a type, or null.
const PointwiseLayer* find_pointwise(const std::string& type);

}  // namespace caloforge::network
