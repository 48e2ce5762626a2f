#include "train/Symmetry.hh"

#include <numbers>

#include "sample/Field.hh"

namespace caloforge::train {

using torch::Tensor;

void turn(int symmetry, Tensor& showers, std::map<std::string, Tensor>& conditions) {
    const auto change = [&](const sample::Field& field, const auto& made) {
        const auto found = conditions.find(field.name);
        if (found != conditions.end())
            found->second = made(found->second.slice(1, 0, 1), found->second.slice(1, 1, 2));
    };
    // Directions are (theta, phi).
    const auto turned_phi = [&](double from) {
        change(sample::direction_field, [&](const Tensor& theta, const Tensor& phi) {
            return torch::cat({theta, from - phi}, 1);
        });
    };
    if (symmetry & 1) {
        showers = showers.flip(2);
        change(sample::impact_field, [](const Tensor& x, const Tensor& y) { return torch::cat({-x, y}, 1); });
        turned_phi(std::numbers::pi);
    }
    if (symmetry & 2) {
        showers = showers.flip(3);
        change(sample::impact_field, [](const Tensor& x, const Tensor& y) { return torch::cat({x, -y}, 1); });
        turned_phi(0);
    }
    if (symmetry & 4) {
        showers = showers.transpose(2, 3);
        change(sample::impact_field, [](const Tensor& x, const Tensor& y) { return torch::cat({y, x}, 1); });
        turned_phi(std::numbers::pi / 2);
    }
}

}  // namespace caloforge::train
