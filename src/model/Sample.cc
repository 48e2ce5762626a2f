#include "model/Sample.hh"

#include <tuple>
#include <vector>

namespace caloforge::model {
namespace {

using network::SampleRule;
using torch::Tensor;

Tensor numbers(const std::vector<double>& values, const Tensor& like) {
    return torch::tensor(values, torch::kFloat64).to(like.options());
}

Tensor slopes(const SampleRule& rule, const Tensor& parameters) {
    return torch::exp(parameters.slice(1, static_cast<std::int64_t>(rule.location()) + 1)
                          .clamp(SampleRule::least_log_slope, SampleRule::largest_log_slope));
}

// x + shift bent at the given places: SampleRule::bends() and its inverse.
Tensor bent(const Tensor& x, double shift, const std::vector<double>& at, const std::vector<double>& bends) {
    Tensor out = x + shift;
    for (std::size_t j = 0; j < at.size(); ++j) out = out + bends[j] * (x - at[j]).clamp_min(0);
    return out;
}

}  // namespace

Tensor sample(const SampleRule& rule, const Tensor& parameters, const Tensor& uniform) {
    const Tensor p = parameters.to(torch::kFloat32);
    const auto location = static_cast<std::int64_t>(rule.location());
    const Tensor occupied = rule.zeros ? torch::sigmoid(p.slice(1, 0, 1)) : torch::ones_like(uniform);
    const Tensor hit = uniform < occupied;
    const Tensor t = torch::log(torch::where(hit, occupied - uniform, uniform) / uniform);
    const Tensor z = t / torch::sqrt(1 + 0.5 * t.abs());
    const Tensor slope = slopes(rule, p);
    const std::size_t last = rule.knots.size() - 1;
    Tensor u = p.slice(1, location, location + 1);
    // The integral of each hat function up to z; step i is the way within knots i and i + 1.
    Tensor before;
    for (std::size_t j = 0; j <= last; ++j) {
        Tensor integral = torch::full_like(z, -rule.to_zero[j]);
        if (j > 0) integral = integral + before.square() / (2 * (rule.knots[j] - rule.knots[j - 1]));
        if (j < last) {
            const double h = rule.knots[j + 1] - rule.knots[j];
            before = (z - rule.knots[j]).clamp(0, h);
            integral = integral + before - before.square() / (2 * h);
        }
        if (j == 0) integral = integral + (z - rule.knots[0]).clamp_max(0);
        if (j == last) integral = integral + (z - rule.knots[last]).clamp_min(0);
        u = u + slope.slice(1, static_cast<std::int64_t>(j), static_cast<std::int64_t>(j) + 1) * integral;
    }
    u = bent(u, rule.shift(), rule.from, rule.bends());
    return torch::where(hit, torch::exp(u.clamp_max(SampleRule::largest_log)), torch::zeros_like(u));
}

Tensor sample_log_likelihood(const SampleRule& rule, const Tensor& parameters, const Tensor& values) {
    const Tensor hit = values > 0;
    Tensor sum = torch::zeros({values.size(0)}, parameters.options());
    if (rule.zeros) {
        const Tensor zeros_and_hits = -torch::binary_cross_entropy_with_logits(
            parameters.slice(1, 0, 1), hit.to(parameters.dtype()), {}, {}, at::Reduction::None);
        sum = zeros_and_hits.flatten(1).sum(1);
    }
    // Rows of the elements that are not zero: (rows, 2 + J).
    const Tensor rows = parameters.movedim(1, -1).index({hit.squeeze(1)});
    if (rows.size(0) == 0) return sum;
    const Tensor knots = numbers(rule.knots, rows), h = knots.slice(0, 1) - knots.slice(0, 0, -1);
    const Tensor slope = slopes(rule, rows);
    const Tensor parts = 0.5 * (slope.slice(1, 1) + slope.slice(1, 0, -1)) * h;
    // The logarithm at each knot, less that at the first.
    const Tensor at_knot = torch::cat({torch::zeros_like(slope.slice(1, 0, 1)), parts.cumsum(1)}, 1);
    const Tensor first = rows.select(1, static_cast<std::int64_t>(rule.location())) -
                         (slope * numbers(rule.to_zero, rows)).sum(1);
    const Tensor drawn = torch::log(values.index({hit}));
    const Tensor way = bent(drawn, -rule.shift(), rule.to, rule.bends_back()) - first;
    // The piece that holds the value; -1 and J - 1 are beyond the ends.
    const auto pieces = static_cast<std::int64_t>(rule.knots.size()) - 1;
    const Tensor piece = (way.unsqueeze(1) > at_knot).sum(1) - 1;
    const Tensor below = piece < 0, above = piece >= pieces;
    const Tensor inside = ~(below | above);
    const Tensor i = piece.clamp(0, pieces - 1).unsqueeze(1);
    const Tensor left = slope.gather(1, i).squeeze(1), right = slope.gather(1, i + 1).squeeze(1);
    const Tensor length = h.index({i.squeeze(1)});
    const Tensor rest = way - at_knot.gather(1, i).squeeze(1);
    const Tensor rest_inside = torch::where(inside, rest, torch::zeros_like(rest));
    constexpr double tiny = 1e-12;
    const Tensor here =
        torch::sqrt((left.square() + 2 * rest_inside * (right - left) / length).clamp_min(tiny));
    const Tensor end_slope = torch::where(below, slope.select(1, 0), slope.select(1, pieces));
    const Tensor end_way = torch::where(below, way, way - at_knot.select(1, pieces));
    const Tensor end_knot = torch::where(below, torch::full_like(way, rule.knots.front()),
                                         torch::full_like(way, rule.knots.back()));
    const Tensor z = torch::where(inside, knots.index({i.squeeze(1)}) + 2 * rest_inside / (left + here),
                                  end_knot + end_way / end_slope);
    const Tensor log_slope = torch::log(torch::where(inside, here, end_slope));
    // |t| of z = t / sqrt(1 + |t| / 2), the density of the logistic distribution there, and dz/dt.
    const Tensor z2 = z.square();
    const Tensor t = z2 / 4 + torch::sqrt(z2.square() / 16 + z2 + tiny);
    const Tensor log_density =
        -t - 2 * torch::log1p(torch::exp(-t)) - log_slope - torch::log1p(t / 4) + 1.5 * torch::log1p(t / 2);
    const Tensor owner = torch::nonzero(hit.flatten(1)).select(1, 0);
    if (rule.from.empty()) return sum.index_add(0, owner, log_density);
    Tensor stretch = torch::ones_like(drawn);  // of the logarithm before it is bent, per unit of that drawn
    const std::vector<double> back = rule.bends_back();
    for (std::size_t j = 0; j < back.size(); ++j) stretch = stretch + back[j] * (drawn > rule.to[j]);
    return sum.index_add(0, owner, log_density + torch::log(stretch));
}

Tensor choose(const Tensor& weights, const Tensor& uniform) {
    const torch::NoGradGuard no_grad;
    const Tensor w = weights.to(torch::kFloat32);
    const Tensor shares = torch::exp(w - std::get<0>(w.max(1, true)));
    const Tensor sums = shares.cumsum(1), all = shares.sum(1, true);
    const Tensor reached = sums.slice(1, 0, -1) <= uniform * all;
    return torch::where(all.isnan(), all, reached.to(torch::kFloat32).sum(1, true));
}

Tensor choice_log_likelihood(const Tensor& weights, const Tensor& choices) {
    // One distribution may have been drawn from many times.
    std::vector<std::int64_t> shape = choices.sizes().vec();
    shape[1] = weights.size(1);
    return torch::log_softmax(weights, 1).expand(shape).gather(1, choices.to(torch::kLong));
}

}  // namespace caloforge::model
