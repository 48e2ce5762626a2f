#include "network/ForgeArithmetic.hh"

#include <cmath>
#include <numbers>

namespace caloforge::network {

std::string ForgeArithmetic::from_zero(const std::string& name, const std::string& x) {
    add(name + "_next", "relu", {scale(name + "_more", x, 1, 1)});
    return minus(name, name + "_next", add(name + "_least", "relu", {x}));
}

std::string ForgeArithmetic::within(const std::string& name, const std::string& x, std::size_t end) {
    scale(name + "_end", x, 1, -static_cast<double>(end));
    return minus(name, from_zero(name + "_from", x), from_zero(name + "_behind", name + "_end"));
}

std::string ForgeArithmetic::least(const std::string& name, const std::string& a, const std::string& b) {
    add(name + "_excess", "relu", {minus(name + "_difference", a, b)});
    return minus(name, a, name + "_excess");
}

std::string ForgeArithmetic::sum_of(const std::string& name, const std::string& a, const std::string& b) {
    return add(name, "add", {a, b});
}

std::string ForgeArithmetic::product(const std::string& name, const std::string& a, const std::string& b) {
    return add(name, "multiply", {a, b});
}

std::string ForgeArithmetic::minus(const std::string& name, const std::string& a, const std::string& b) {
    return sum_of(name, a, scale(name + "_negative", b, -1));
}

void ForgeArithmetic::turn(const std::string& name, const std::string& x) {
    add(name + "_cos", "cos", {x});
    add(name + "_sin", "cos", {scale(name + "_turned", x, 1, -std::numbers::pi / 2)});
}

std::string ForgeArithmetic::smooth(const std::string& name, const std::string& x, double begin, double end,
                                    double apart) {
    const auto points = static_cast<std::int64_t>(std::ceil((end - begin) / apart)) + 1;
    add(name + "_points", "range", {}, {{"count", points}, {"begin", begin}, {"step", apart}});
    minus(name + "_off", x, reshape(name + "_column", name + "_points", {points, 1}));
    product(name + "_square", name + "_off", name + "_off");
    scale(name + "_power", name + "_square", -0.5 / (apart * apart));
    add(name + "_gauss", "exp", {name + "_power"});
    return concat(name, {name + "_gauss", x});
}

}  // namespace caloforge::network
