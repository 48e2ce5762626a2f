#pragma once

#include <deque>

#include "data/LayoutForm.hh"
#include "data/hdf5/ColumnWriter.hh"
#include "sample/Columns.hh"

namespace caloforge::data {

/// The data sets that a layout keeps conditions in: its own for what it has a place for, and one under its
/// own name for every other field, so that nothing is lost. One thread.
class ConditionWriter {
  public:
    /// `scale`: GeV * this = file values, where energies are scaled as cells are. Throws InputError for names
    /// that no data set can have, and when the energy is missing.
    ConditionWriter(const hdf5::OutputFile& file, const LayoutForm& form, float scale, int gzip_level,
                    sample::Fields fields);

    /// Throws InputError, before anything is added, for other fields than those of the constructor and for
    /// directions that the layout cannot hold.
    void check(const sample::Columns& conditions) const;
    void add(hdf5::ChunkPipeline& pipeline, const sample::Columns& conditions);
    /// Submits what is left, the last time.
    void flush(hdf5::ChunkPipeline& pipeline);
    void close();

  private:
    struct Output {
        hdf5::ColumnWriter writer;
        LayoutForm::Column column;
    };
    void add_field(const hdf5::OutputFile& file, const sample::Field& field, int gzip_level);

    const LayoutForm* form_;
    float scale_;
    sample::Fields fields_;
    std::deque<Output> outputs_;  ///< never moved: chunks that are under way point to them
};

}  // namespace caloforge::data
