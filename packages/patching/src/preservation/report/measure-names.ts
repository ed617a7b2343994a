/** What checks measure, in the words of a report, where one kind of structure can be measured in several ways. */

export const changeMeasures = {
  level: 'difference of the means over its standard error',
  slope: 'difference of the slopes over its standard error',
  jump: 'jump between the lines over its standard error',
} as const;

export const regimeMeasures = {
  level: 'difference of the level over its standard error',
  variance: 'log ratio of the variances over its standard error',
  memory: 'difference of the lag-1 autocorrelation over its standard error',
} as const;
