#include "generate/ShowerGenerator.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/Error.hh"
#include "core/Log.hh"
#include "engine/Graph.hh"
#include "generate/Backend.hh"
#include "network/TrainedEnergies.hh"
#include "network/TrainedImpact.hh"
#include "network/WeightsFile.hh"

namespace caloforge::generate {
namespace {

using core::InputError;

std::unique_ptr<Backend> make_backend(const network::WeightsFile& file, const network::NetworkSpec& spec,
                                      const GeneratorOptions& options) {
    if (options.backend == "torch") return make_torch_backend(file, options.device, options.threads);
    const std::string unknown = engine::unsupported_layer(spec);
    if (unknown.empty()) {
        // On a GPU libtorch runs what the engine would.
        return options.backend == "native" && options.device == "cpu"
                   ? make_native_backend(file, options.threads)
                   : make_rewritten_torch_backend(file, options.device, options.threads);
    }
    core::info("the engine does not know the layer {}: libtorch runs the network as written", unknown);
    return make_torch_backend(file, options.device, options.threads);
}

}  // namespace

struct ShowerGenerator::Impl {
    Impl(network::WeightsFile weights, GeneratorOptions given)
        : file(std::move(weights)),
          options(std::move(given)),
          spec(file.network("generator")),
          detector(geometry::Detector::from_json(file.document.value("detector", core::Json::object()))),
          energies(file.document),
          name(file.document.value("name", std::string("model"))) {
        check_ports();
        if (network::takes_impact(spec)) impact.emplace(file.document);
        backend = make_backend(file, spec, options);
        file.tensors.clear();
    }

    /// What this program can hand to a generator and take from it.
    void check_ports() const {
        const auto& grid = detector.grid();
        const network::Shape wanted{1, static_cast<std::int64_t>(grid.nx), static_cast<std::int64_t>(grid.ny),
                                    static_cast<std::int64_t>(grid.nz)};
        const auto known = [](const network::Port& port) {
            return (port.name == "energy" && port.shape == network::Shape{1}) ||
                   (port.name == "impact" && port.shape == network::Shape{2});
        };
        if (spec.inputs.empty() || !std::all_of(spec.inputs.begin(), spec.inputs.end(), known) ||
            spec.outputs.size() != 1 || spec.outputs[0].name != "showers") {
            throw InputError(fmt::format(
                "network `{}` does not map `energy` (and `impact`) to `showers`; this version of generate "
                "cannot run it.",
                spec.name));
        }
        if (spec.outputs[0].shape != wanted) {
            throw InputError(fmt::format("network `{}` makes showers of shape {}, its detector reads out {}.",
                                         spec.name, network::to_string(spec.outputs[0].shape),
                                         network::to_string(wanted)));
        }
    }

    network::WeightsFile file;
    GeneratorOptions options;
    network::NetworkSpec spec;
    std::unique_ptr<Backend> backend;
    geometry::Detector detector;
    network::TrainedEnergies energies;
    std::optional<network::TrainedImpact> impact;  ///< where the network takes an impact point
    std::string name;
};

ShowerGenerator::ShowerGenerator(const std::string& model, GeneratorOptions options)
    : ShowerGenerator(network::WeightsFile::find(model), std::move(options)) {}
ShowerGenerator::ShowerGenerator(network::WeightsFile file, GeneratorOptions options)
    : impl_(std::make_unique<Impl>(std::move(file), std::move(options))) {}
ShowerGenerator::~ShowerGenerator() = default;
ShowerGenerator::ShowerGenerator(ShowerGenerator&&) noexcept = default;
ShowerGenerator& ShowerGenerator::operator=(ShowerGenerator&&) noexcept = default;

const geometry::Detector& ShowerGenerator::detector() const {
    return impl_->detector;
}
double ShowerGenerator::energy_low() const {
    return impl_->energies.low();
}
double ShowerGenerator::energy_high() const {
    return impl_->energies.high();
}
const std::string& ShowerGenerator::name() const {
    return impl_->name;
}
const core::Json& ShowerGenerator::document() const {
    return impl_->file.document;
}
int ShowerGenerator::threads() const {
    return impl_->backend->threads();
}

std::string ShowerGenerator::backend() const {
    return impl_->backend->name();
}

core::Json ShowerGenerator::plan() const {
    return impl_->backend->plan();
}

void ShowerGenerator::check_energies(double low, double high) const {
    const network::TrainedEnergies& trained = impl_->energies;
    if (trained.hold(low) && trained.hold(high)) return;
    const std::string problem =
        fmt::format("energies {} to {} GeV leave the range that `{}` was trained on, {:.4g} to {:.4g} GeV",
                    low, high, impl_->name, trained.low(), trained.high());
    if (!impl_->options.allow_extrapolation) {
        throw InputError(problem +
                         ". Ask for energies within it, or accept the risk with --allow-extrapolation?");
    }
    core::warning("{}: nothing is known about the showers there.", problem);
}

void ShowerGenerator::check_impact(double x, double y) const {
    if (!impl_->impact) {
        throw InputError(fmt::format("`{}` takes no impact point. Leave --impact out?", impl_->name));
    }
    if (impl_->impact->hold(x, y)) return;
    const std::string problem = fmt::format(
        "the impact point {}, {} mm leaves what `{}` was trained on, {:.4g} and {:.4g} mm either side of the "
        "axis",
        x, y, impl_->name, impl_->impact->half_x(), impl_->impact->half_y());
    if (!impl_->options.allow_extrapolation)
        throw InputError(problem +
                         ". Ask for a point within it, or accept the risk with --allow-extrapolation?");
    core::warning("{}: nothing is known about the showers there.", problem);
}

data::ShowerBatch ShowerGenerator::generate(std::uint64_t seed, std::uint64_t first,
                                            const engine::Conditions& given) {
    data::ShowerBatch batch;
    const auto incident = given.incident;
    batch.readout = impl_->detector.grid();
    batch.conditions = sample::Columns(incident.size());
    std::ranges::copy(incident, batch.conditions.add(sample::energy_field).begin());
    batch.cells.resize(incident.size() * batch.readout.cells());
    std::span<float> impact;
    if (impl_->impact) {
        impact = batch.conditions.add(sample::impact_field);
        std::ranges::copy(given.impact, impact.begin());
        for (std::size_t i = 0; given.impact.empty() && i < incident.size(); ++i)
            std::ranges::copy(impl_->impact->draw(seed, first + i), impact.subspan(2 * i).begin());
    }
    impl_->backend->run(seed, first, {incident, impact}, batch.cells);
    if (!std::all_of(batch.cells.begin(), batch.cells.end(),
                     [](float cell) { return std::isfinite(cell); })) {
        throw core::RunError(fmt::format(
            "`{}` made a shower that is not finite (showers {} to {}). Is the energy far outside its range?",
            impl_->name, first, first + incident.size()));
    }
    return batch;
}

}  // namespace caloforge::generate
