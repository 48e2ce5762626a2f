#include "validate/shower/ShowerSamples.hh"

namespace caloforge::validate {

void ShowerSamples::for_each_batch(std::size_t batch_size, const Visit& visit) const {
    set_->for_each_batch(batch_size, [&](const data::ShowerBatch& batch, std::size_t first) {
        sample::ColumnsView samples(batch.size());
        samples.add(sample::showers_name, batch.cells)
            .add(sample::energy_field.name, batch.conditions.values(sample::energy_field.name));
        visit(samples, first);
    });
}

core::Json ShowerSamples::json() const {
    core::Json out = {{"files", set_->shards().size()}, {"layout", data::to_string(set_->layout())}};
    if (const auto extents = set_->readout().extents())
        out["cells"] = {extents->nx, extents->ny, extents->nz};
    else
        out["cells"] = set_->readout().cells();
    return out;
}

}  // namespace caloforge::validate
