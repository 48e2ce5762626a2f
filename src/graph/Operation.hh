#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/Noise.hh"
#include "network/NetworkSpec.hh"
#include "network/PointwiseLayers.hh"
#include "network/RandomLayers.hh"

namespace caloforge::graph {

/// Of the axes (X, Y, Z) of an image; one that a flatter image lacks comes first.
using Triple = std::array<std::int64_t, 3>;

/// Lists of elements of an input, one after the other.
struct Lists {
    std::vector<std::int32_t> elements;
    std::vector<std::int32_t> begins;  ///< where each list begins, and the end of the last
};

/// What operations do. Tensors are row-major, without the batch axis.

/// A port of the network.
struct Input {
    static constexpr const char* name = "input";
    std::size_t port = 0;  ///< among Graph::inputs
};
struct Constant {
    static constexpr const char* name = "constant";
    std::vector<float> values;
};
struct Random {
    static constexpr const char* name = "random";
    core::Noise noise;
    std::uint32_t stream = 0;
};
struct Dense {
    static constexpr const char* name = "dense";
    std::vector<float> weights;  ///< (outputs, inputs)
    std::vector<float> bias;     ///< (outputs), or empty
};
/// Of the input repeated `factor` times along each axis, with zeros around it.
struct Convolution {
    static constexpr const char* name = "convolution";
    std::vector<float> weights;  ///< (filters, channels, kx, ky, kz)
    std::vector<float> bias;     ///< (filters), or empty
    Triple kernel = {1, 1, 1};
    Triple stride = {1, 1, 1};  ///< where the factor is 1
    Triple factor = {1, 1, 1};
    bool zeros_between = false;  ///< a repeated cell is followed by zeros: the transposed convolution
    /// Zeros before the first cell, in cells of the repeated input; how many follow the last one is seen from
    /// the shape. Negative: cells left out.
    Triple low = {0, 0, 0};
    /// The numbers of inputs (of this operation) that are added to what it makes, in this order: an image of
    /// the same shape, and (filters, 1, ...). 0: none.
    std::size_t image_addend = 0;
    std::size_t channel_addend = 0;
};
struct Upsample {
    static constexpr const char* name = "upsample";
    Triple factor = {1, 1, 1};
};
struct Pad {
    static constexpr const char* name = "pad";
    Triple low = {0, 0, 0};  ///< zeros before the first cell; those behind the last are seen from the shape
};
/// Element i is element `index[i]` of the input.
struct Gather {
    static constexpr const char* name = "gather";
    std::vector<std::int32_t> index;
};
/// Element i is `scale` times the sum over a list.
struct Sum {
    static constexpr const char* name = "sum";
    Lists lists;
    float scale = 1;
};
/// Element i is the largest of a list; not a number where one of it is not.
struct Max {
    static constexpr const char* name = "max";
    Lists lists;
};
/// Over each list.
struct Softmax {
    static constexpr const char* name = "softmax";
    Lists lists;
};
struct Concat {
    static constexpr const char* name = "concat";
};
/// Element k of the inputs, one after the other, becomes element `index[k]`.
struct Interleave {
    static constexpr const char* name = "interleave";
    std::vector<std::int32_t> index;
};
/// Cell (c, i, j) is cell (c, i - x - low[0], j - y - low[1]) of the first input, (x, y) the second input's
/// two numbers rounded to the nearest whole ones, halves upwards; zero where there is none, and where they
/// are no numbers.
struct Move {
    static constexpr const char* name = "move";
    std::array<std::int64_t, 3> from = {1, 1, 1};  ///< shape of the first input
    std::array<std::int64_t, 2> low = {0, 0};
};
/// Draws from its parameters and uniform numbers.
struct Sample {
    static constexpr const char* name = "sample";
    network::SampleRule rule;
};
/// Draws one of the choices along the first input's first axis, by their weights' exponentials and uniform
/// numbers.
struct Choose {
    static constexpr const char* name = "choose";
    std::int64_t choices = 2;
    bool shared = false;  ///< the weights of one choice, for all uniform numbers
};
/// Element i is the element of the first input that the second input's element i, rounded to the nearest
/// whole number, halves upwards, counts to; zero where there is none.
struct Lookup {
    static constexpr const char* name = "lookup";
};
/// The third input, or zeros without it, to which the elements of the first are added one after the other:
/// each to the element that the second input's counts to, rounded likewise; where there is none it is left
/// out.
struct Scatter {
    static constexpr const char* name = "scatter";
};
/// Which elements of two inputs meet; both empty: element by element, an input of one element being spread.
struct Pairs {
    std::vector<std::int32_t> first;
    std::vector<std::int32_t> second;
};
struct Add {
    static constexpr const char* name = "add";
    Pairs pairs;
};
struct Multiply {
    static constexpr const char* name = "multiply";
    Pairs pairs;
};
/// Element i is `scale` times the sum over the products of the pairs [begins[i], begins[i + 1]).
struct SumOfProducts {
    static constexpr const char* name = "sum of products";
    Pairs pairs;
    std::vector<std::int32_t> begins;
    float scale = 1;
};
/// Nothing but what an operation has behind it (Operation::after).
struct Pointwise {
    static constexpr const char* name = "pointwise";
};

using Kind = std::variant<Input, Constant, Random, Dense, Convolution, Upsample, Pad, Gather, Sum, Max,
                          Softmax, Concat, Interleave, Move, Sample, Choose, Lookup, Scatter, Add, Multiply,
                          SumOfProducts, Pointwise>;

/// gain[c] x + shift[c], c the channel.
struct ChannelScale {
    std::vector<float> gain;
    std::vector<float> shift;
};
/// A function of single numbers (network/PointwiseLayers.hh), its parameters in the order of its row.
struct Function {
    const network::PointwiseLayer* layer;
    std::vector<float> parameters;
};
using After = std::variant<Function, ChannelScale>;

/// One operation of a network that is being compiled.
struct Operation {
    std::string name;  ///< of the layer, or of the last of those that became one
    Kind kind = Pointwise{};
    std::vector<std::size_t> inputs;  ///< operations before this one
    sample::Shape shape;              ///< of what it makes
    std::vector<After> after;         ///< applied to what it makes, in this order
    std::int64_t nominal_macs = 0;    ///< of the layers that it stands for, as written
    network::Layer layer;  ///< that was lowered; what a convolution or a dense layer does is said above

    template <class T>
    bool is() const {
        return std::holds_alternative<T>(kind);
    }
    /// Null when it is of another kind.
    template <class T>
    const T* as() const {
        return std::get_if<T>(&kind);
    }
    template <class T>
    T* as() {
        return std::get_if<T>(&kind);
    }
    const char* kind_name() const {
        return std::visit([](const auto& one) { return one.name; }, kind);
    }
    std::int64_t elements() const { return sample::element_count(shape); }
};

}  // namespace caloforge::graph
