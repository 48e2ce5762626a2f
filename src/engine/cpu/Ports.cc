#include "engine/cpu/Ports.hh"

#include <fmt/format.h>

#include "core/Error.hh"

namespace caloforge::engine::cpu {
namespace {

void check_size(std::size_t given, std::size_t wanted, const sample::Field& field) {
    if (given != wanted) {
        throw core::InputError(fmt::format("`{}` has {} numbers where {} are wanted. Is it of all rows?",
                                           field.name, given, wanted));
    }
}

}  // namespace

void find_inputs(const sample::Fields& inputs, const sample::ColumnsView& given, std::size_t rows,
                 std::span<std::span<const float>> values) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const sample::Field& field = inputs[i];
        if (!given.has(field.name))
            throw core::InputError(fmt::format("the input `{}` is missing.", field.name));
        values[i] = given.values(field.name);
        check_size(values[i].size(), rows * field.elements(), field);
    }
}

void check_outputs(const sample::Fields& outputs, std::span<const std::span<float>> out, std::size_t rows) {
    if (out.size() != outputs.size()) {
        throw core::InputError(
            fmt::format("{} outputs are asked for; there are {}.", out.size(), outputs.size()));
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        check_size(out[i].size(), rows * outputs[i].elements(), outputs[i]);
}

}  // namespace caloforge::engine::cpu
